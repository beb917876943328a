/**
 * What an operator, or a node that is joining, asks of a node, and what it answers: {@link
 * dev.danta.wire.admin.AdminRequest}, {@link dev.danta.wire.admin.AdminReply}. One call, one answer; nothing here is on the
 * way of an operation. Nodes and shards are plain numbers here: this is what people read and type.
 */
@NullMarked
package dev.danta.wire.admin;

import org.jspecify.annotations.NullMarked;
