"""The company's own sign-in service, over OpenID Connect Core 1.0: the authorization code flow with PKCE."""
