"""The folder 收件 on the disk: the files as they came (`store`), what was done with them (`journal`), and an index of both (`ledger`)."""
