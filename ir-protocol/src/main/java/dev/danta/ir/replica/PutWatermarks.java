package dev.danta.ir.replica;

import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Mutation;

/** Keep these watermarks in place of the earlier ones. */
public record PutWatermarks(Watermarks watermarks) implements Mutation {}
