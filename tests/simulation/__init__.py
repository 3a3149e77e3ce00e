"""Desks, carriers and a hub in one process under one seeded scheduler: the real code, made-up accidents."""
