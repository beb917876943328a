/**
 * Danta inside a test: {@link dev.danta.testkit.EmbeddedCluster} runs real nodes (gRPC on loopback, LMDB in a folder) in
 * this process, and stops, kills and starts them on demand.
 */
@NullMarked
package dev.danta.testkit;

import org.jspecify.annotations.NullMarked;
