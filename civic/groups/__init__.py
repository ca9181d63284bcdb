"""Women's forums, NGOs, expert panels: members, managers, invitations, speaking on behalf."""
