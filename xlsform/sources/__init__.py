"""Where returns come from: places (`local`, `imap`, `folder`), what is in a thing that came (`containers`), where it is kept (`inbox`)."""
