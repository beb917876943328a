/** One server process: settings, wiring, drivers and their adapters. */
@NullMarked
package dev.danta.node;

import org.jspecify.annotations.NullMarked;
