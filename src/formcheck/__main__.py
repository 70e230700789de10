"""`python -m formcheck` is the command line."""

from formcheck.cli.main import main

if __name__ == "__main__":
    main()
