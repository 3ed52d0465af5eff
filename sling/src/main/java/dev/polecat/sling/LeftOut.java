package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.ParkReason;

/**
 * A live branch that could not be merged now. Immutable and safe to share.
 *
 * @param branch the branch
 * @param polecat who works on it
 * @param bead what it is about
 * @param reason what it would be parked for
 */
public record LeftOut(BranchName branch, String polecat, String bead, ParkReason reason) {}
