"""The API of what authors write."""
