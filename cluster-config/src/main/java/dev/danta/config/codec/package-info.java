/**
 * Requests, answers and states as bytes, for Raft's log, its snapshots, and what a node keeps and hands on. Every encoding
 * begins with its version; what cannot be read gives a {@link dev.danta.config.codec.MalformedConfigException}, and nothing
 * else.
 */
@NullMarked
package dev.danta.config.codec;

import org.jspecify.annotations.NullMarked;
