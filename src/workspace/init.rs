//! Makes and refreshes a workspace.
