"""Out of the core into files: plans into workbooks, records into tables and JSON, findings into problem lists."""
