"""Meetings of the council and its commissions: agendas, what members think beforehand, what came out."""
