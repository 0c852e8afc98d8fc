"""The documents of the project say what is the case."""
