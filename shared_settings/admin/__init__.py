"""What the admin sites of both services do alike."""
