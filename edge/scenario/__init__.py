"""Scenarios: what a wearer says and what happens, played through the whole product and judged."""
