package dev.danta.ir.message;

import dev.danta.ir.id.Bytes;

/**
 * What a replica has under some keys in a row, in short. It begins above where the one before it ends.
 *
 * @param upTo the last key that may belong to it; no bytes: there is no last
 * @param hash of what is there, under the {@link StateView} it was asked for
 */
public record RangeHash(Bytes upTo, long hash) {}
