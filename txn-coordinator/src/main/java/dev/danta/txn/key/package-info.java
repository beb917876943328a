/** How a space, a collection and a tuple become a key, and a key a shard (protocol.md 10). */
@NullMarked
package dev.danta.txn.key;

import org.jspecify.annotations.NullMarked;
