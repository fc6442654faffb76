"""The only room that uses the network: official files from their publishers' pages into a folder, and no further."""
