#!/usr/bin/env python
"""Django's commands for the Auth service."""

import sys

from django.core.management import execute_from_command_line

from shared_settings import env

if __name__ == "__main__":
    env.use("auth_service.settings")
    execute_from_command_line(sys.argv)
