"""What the office knows: articles, the questions they do not answer yet, and who is reached where."""
