package dev.polecat.core.internal.pool;

/**
 * A session as the server knows it.
 *
 * @param server what the server process called itself when the session began; another process after
 *     a restart gives another answer
 * @param id its id in the process list of that server process
 * @param user who logged in
 * @param path {@code database/branch}
 */
record ServerSession(String server, long id, String user, String path) {}
