import { Anchor, Button, Menu, type ButtonProps, type MenuItemProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

/** The library's parts as links whose address and parameters are checked by type. */
type InAnchor<Props> = Props & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props>;

export const LinkAnchor = createLink(Anchor<'a'>);
export const LinkButton = createLink((props: InAnchor<ButtonProps>) => <Button component="a" {...props} />);
export const LinkItem = createLink((props: InAnchor<MenuItemProps>) => <Menu.Item component="a" {...props} />);
