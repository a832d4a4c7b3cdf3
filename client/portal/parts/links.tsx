import { Anchor, Button, Card } from '@mantine/core';
import { createLink } from '@tanstack/react-router';

/** The library's parts as links whose address and parameters are checked by type. */
export const LinkAnchor = createLink(Anchor<'a'>);
export const LinkButton = createLink(Button<'a'>);
export const LinkCard = createLink(Card<'a'>);
