"""The contract's "Conventions, both services": how a request is read and an answer is written."""
