package dev.danta.client;

import org.jspecify.annotations.Nullable;

/**
 * What a scan has come to.
 *
 * @param at the key in the collection that is scanned
 * @param entry the record itself; null if an index names one that is not there, which is never confirmed
 */
record Placed<V>(Key at, @Nullable Entry<V> entry) {}
