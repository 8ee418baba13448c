"""Sound of calls: frames of 20 ms, where they come from, where they go, and the keys found in them.

Knows neither AT nor the office.
"""
