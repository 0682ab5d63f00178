"""What the command line does, one module for each thing asked of it; `__main__` reads the arguments."""
