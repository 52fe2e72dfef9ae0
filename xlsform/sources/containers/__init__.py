"""What lies in what came in: mails, mailbox files, archives, winmail.dat and Outlook's messages. Begin with `unpack`."""
