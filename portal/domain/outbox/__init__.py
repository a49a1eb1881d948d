"""What is to be told to the outside: rows that commit with the deed and are delivered afterwards."""
