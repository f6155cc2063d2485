"""How dates look, by language, where Django’s own choice is not ours."""
