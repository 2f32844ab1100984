"""How often somebody may try: the counts behind every 429."""
