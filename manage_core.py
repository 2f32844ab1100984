#!/usr/bin/env python
"""Django's commands for the Core service."""

import sys

from django.core.management import execute_from_command_line

from shared_settings import env

if __name__ == "__main__":
    env.use("core_service.settings")
    execute_from_command_line(sys.argv)
