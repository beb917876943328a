/** The public API of Danta: clients, spaces, tables and transactions. */
@NullMarked
package dev.danta.client;

import org.jspecify.annotations.NullMarked;
