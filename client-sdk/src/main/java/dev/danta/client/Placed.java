package dev.danta.client;

import org.jspecify.annotations.Nullable;

/**
 * What a scan has come to.
 *
 * @param at the key in the collection that is scanned
 * @param entry the record itself; null if an index names one that is not there, or has another key by now: a client that did
 *     not keep the index has changed it
 */
record Placed<V>(Key at, @Nullable Entry<V> entry) {}
