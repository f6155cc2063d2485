"""What customers must find wherever they see us: imprint (§ 5 DDG) and privacy notice (Art. 13 GDPR) of the company."""
