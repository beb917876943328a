/**
 * The replica: {@link dev.danta.ir.replica.IrReplica} keeps records and answers messages by the table of protocol.md 2.1;
 * what an operation means it asks the {@link dev.danta.ir.replica.Application}.
 */
@NullMarked
package dev.danta.ir.replica;

import org.jspecify.annotations.NullMarked;
