"""`python -m xlsform`."""

from xlsform.cli import main

if __name__ == "__main__":
    main()
