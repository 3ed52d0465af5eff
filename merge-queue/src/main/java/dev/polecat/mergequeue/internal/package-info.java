/** How a merge is carried out: one attempt on the server, the resolver, the waiting line. */
@NullMarked
package dev.polecat.mergequeue.internal;

import org.jspecify.annotations.NullMarked;
