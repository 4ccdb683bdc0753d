"""What a person is shown of their own things, at every agency of this node that knows them by the same document."""
