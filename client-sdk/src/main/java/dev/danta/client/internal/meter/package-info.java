/** What a client measures, and how a registry of Micrometer's is told. Micrometer itself need not be there. */
@NullMarked
package dev.danta.client.internal.meter;

import org.jspecify.annotations.NullMarked;
