/** The only place where protobuf and gRPC types exist: the protocol's records go in and come out. */
@NullMarked
package dev.danta.wire;

import org.jspecify.annotations.NullMarked;
