/**
 * Records to protobuf and back. {@link dev.danta.wire.codec.EnvelopeCodec} for what travels,
 * {@link dev.danta.wire.codec.HelloCodec} for greetings, {@link dev.danta.wire.codec.StorageCodec} for what a replica
 * keeps. Nothing that comes in can cause any other exception than
 * {@link dev.danta.wire.codec.MalformedMessageException}: every bound of a record is checked before the record is made.
 */
@NullMarked
package dev.danta.wire.codec;

import org.jspecify.annotations.NullMarked;
