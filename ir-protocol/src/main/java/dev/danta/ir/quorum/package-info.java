/** The members of a shard, and how many of them are enough (protocol.md, head and section 2). */
@NullMarked
package dev.danta.ir.quorum;

import org.jspecify.annotations.NullMarked;
