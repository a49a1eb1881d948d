"""How somebody becomes a person of the portal: invitations, activation codes, and the steps that prove who they are."""
