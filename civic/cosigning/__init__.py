"""Others who stand behind a proposal with their name. Nouns: co-signer. Verbs: invite, offer, accept, decline, remove, leave. Leans on proposals, groups and votes."""
