package dev.danta.occ;

import dev.danta.ir.id.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A key and the value a transaction gives it.
 *
 * @param value null to delete the key
 */
public record Write(Key key, @Nullable Bytes value) {}
