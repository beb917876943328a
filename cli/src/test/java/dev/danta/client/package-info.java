/** What tests of the command need of the client's insides. */
@NullMarked
package dev.danta.client;

import org.jspecify.annotations.NullMarked;
