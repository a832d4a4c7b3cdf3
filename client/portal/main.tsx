import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from './app/application.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root".');
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);
