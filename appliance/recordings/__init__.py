"""What was said in calls: written while it is said, sealed from the first second, played, and erased in time.

Two threads. The *recorder* writes what comes in and nothing else. The *keeper* (`care.py`) does what has time: mends
what a crash left, betters the sound, makes it small, erases what is too old. Rows are written by the desk.
"""
