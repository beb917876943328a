package dev.danta.ir.replica;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.message.StatePart;
import org.jspecify.annotations.Nullable;

/** Some of an application's state, and the key after which it goes on; null if nothing follows. */
public record StateSlice(StatePart part, @Nullable Bytes next) {}
