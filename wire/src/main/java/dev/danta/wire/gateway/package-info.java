/**
 * What a caller in any language asks of a node, and what it answers: the records behind {@code danta.v1}, in which alone
 * protobuf knows them. A {@link dev.danta.wire.gateway.GatewayDesk} takes {@link dev.danta.wire.gateway.GatewayRequest}s and
 * gives {@link dev.danta.wire.gateway.GatewayReply}s; whoever starts a node says which desk it has.
 */
@NullMarked
package dev.danta.wire.gateway;

import org.jspecify.annotations.NullMarked;
