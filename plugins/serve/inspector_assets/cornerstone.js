/** What the viewer takes of Cornerstone3D. */
export {
  cache,
  Enums,
  imageLoader,
  init,
  metaData,
  RenderingEngine,
  Settings,
  utilities,
} from "@cornerstonejs/core";
export {
  addTool,
  Enums as ToolEnums,
  init as initTools,
  LengthTool,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
