/** Connection pools whose connections cannot leave their branch. */
@NullMarked
package dev.polecat.core.internal.pool;

import org.jspecify.annotations.NullMarked;
